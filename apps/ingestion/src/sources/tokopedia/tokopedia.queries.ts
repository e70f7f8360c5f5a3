/** Only the fields that are read. */
export const searchQuery = `query SearchProductV5Query($params: String!) {
  searchProductV5(params: $params) {
    header { totalData responseCode }
    data {
      products {
        id: id_str_auto_
        name
        url
        mediaURL { image image300 }
        price { text number original discountPercentage }
        shop { name city tier }
        rating
      }
    }
  }
}`;

export const detailQuery = `query PDPGetLayoutQuery($productID: String) {
  pdpGetLayout(productID: $productID, layoutID: "", apiVersion: 1) {
    basicInfo {
      id shopName url condition status
      category { detail { name } }
      stats { countReview rating }
    }
    components {
      name
      data {
        ... on pdpDataProductContent {
          name
          price { value currency }
          campaign { isActive originalPrice discountedPrice }
          stock { value }
          preorder { isActive }
        }
        ... on pdpDataProductVariant {
          parentID
          variants { identifier name }
          children {
            productID price productName productURL optionName
            picture { urlOriginal }
            stock { stock isBuyable }
            campaignInfo { isActive originalPrice discountPrice }
          }
        }
      }
    }
  }
}`;
